"""`python -m mosty` and the `mosty` command."""

from __future__ import annotations


def main() -> None:
    """Run the command line."""
    try:
        from mosty.cli.main import run

        run()
    except KeyboardInterrupt:  # while modules were still being imported
        raise SystemExit(130) from None


if __name__ == "__main__":
    main()
