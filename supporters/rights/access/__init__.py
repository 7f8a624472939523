"""My data: people see and change what we hold on them, behind a fresh letter to their mailbox."""
