"""`python -m fashionkit` is the command `fashionkit`."""

from fashionkit.cli import main

if __name__ == "__main__":
    main()
