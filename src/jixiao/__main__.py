"""``python -m jixiao`` is the command ``jixiao``."""

import sys

from jixiao.bootstrap import main

sys.exit(main())
