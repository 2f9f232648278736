"""`novoed` and `python -m novoed`: the command line, see `novoed.cli`."""

from novoed.cli import main

if __name__ == "__main__":
    main()
