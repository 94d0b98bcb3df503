"""The zip for students without a hub: the library's wheel, notebooks with their due dates, and a README.txt."""
