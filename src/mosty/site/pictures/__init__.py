"""Pictures: the map, the timeline, the network, and the small ones on the pages of records."""
