"""Who the confirmed people are: subscribers, their addresses and the keys made of them."""
