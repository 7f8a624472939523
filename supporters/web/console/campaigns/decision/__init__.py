"""One page to ask, approve and launch: the mail, its sheet of facts, the decision at the foot."""
