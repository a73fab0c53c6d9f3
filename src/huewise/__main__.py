"""`python -m huewise` is the command `huewise`."""

import sys

from huewise.cli import main

sys.exit(main())
