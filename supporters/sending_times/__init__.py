"""When campaigns may leave: the sending window of the installation, and electoral silence."""
