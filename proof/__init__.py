"""The proof: real shops are raced, killed, cut off and filled up, and what was promised is looked for afterwards."""
