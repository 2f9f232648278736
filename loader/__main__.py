"""`python -m loader`: the command line, see `loader.cli`."""

from loader.cli import main

if __name__ == "__main__":
    main()
