"""What people may ask of us: to see, take along, correct, freeze and erase what we hold on them."""
