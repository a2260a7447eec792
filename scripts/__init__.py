"""Scripts around the product: installing, locking, proving the image. None is part of the installed package."""
