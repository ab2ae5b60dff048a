"""`fashionkit doctor`: whether answering works here, and what to do where it does not.

Each file checks one thing and gives `Finding`s; `finding.caught` keeps a check that breaks from ending the others.
"""
