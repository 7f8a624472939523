"""Cases: requests and complaints, from the day on which they reach us to their answer."""
