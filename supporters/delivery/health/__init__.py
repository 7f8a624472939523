"""What deliveries say about mailboxes, and how many arrive at each mailbox provider."""
