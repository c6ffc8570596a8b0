"""Speed and memory, as ratios taken in one run. Machines are shared and noisy: never a timed test."""
