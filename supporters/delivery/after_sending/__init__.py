"""The facts known of a campaign after its emails left, and the campaigns that follow one."""
