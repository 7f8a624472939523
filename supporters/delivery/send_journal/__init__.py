"""The journals of senders, and the recovery from them."""
