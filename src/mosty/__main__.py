"""`python -m mosty` and the `mosty` command."""

from __future__ import annotations


def main() -> None:
    """Run the command line."""
    from mosty.cli.main import run

    run()


if __name__ == "__main__":
    main()
