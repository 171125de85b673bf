"""What stands under the headings of the report's figures: what is shown, and how to read it."""

LATE = (
    "The latency that 95 % of what was created in a square kept, as a multiple of the deadline (lost ones are "
    "infinitely late). Squares with a cross missed the deadline; squares with fewer than 20 messages or tasks are "
    "left out."
)
COVERAGE = (
    "Signal of the strongest cell at a vehicle, shadowing included. SINR: downlink, with all other cells of the "
    "carrier at full power."
)
DISTRIBUTION = (
    "Left: the higher a curve rises before a latency, the more arrived within it. Right: the tail; each step down is a "
    "tenth. Lost ones never arrive, so a curve may end below 100 %. A diamond is a budget: the curve of its service "
    "passes above it on the left and below it on the right when the budget is met."
)
SCOPED = (
    " Budgets on slices, areas or the age of information have no curve of their own; they are named in the legend, and "
    "a dot tied to the mark is what was measured of them."
)
OVER_TIME = "Latency by the time of creation. Scales differ; the deadline is drawn where it is near."
WATERFALL = (
    "A bar begins where the one above it ends; the last one ends at the mean latency. Right: the slowest 1 % of what "
    "was delivered, on a scale of its own, with how many times as long each stage took."
)
SITES = "Mean latency of what was delivered, by the site that served the vehicle, in groups of stages."
LOAD = {
    "cells": "Share of the PRBs that were used.",
    "links": "Share of the time that a link was transmitting, in either direction.",
    "hosts": "Share of the cores that were busy, and the longest queue.",
}
SLICES = (
    "What each slice used of the radio in each direction, over all cells: PRBs, mean MCS, share of the transmissions "
    "that were not decoded (retransmissions count), mean SINR; and the latency of its uplink and downlink messages "
    "(a task's input and result are messages; the way over the backhaul is part of it)."
)
SLICES_OVER_TIME = "Share of the PRBs that each slice used, mean over all cells."
CONTAINERS = (
    "Services with containers, over all hosts: the most instances at a time, cold starts (tasks that waited for an "
    "instance to become ready), what a delivered task lost by them in the mean, images pulled, and instances that were "
    "stopped to make room, or refused for want of memory."
)
INSTANCES = "Instances on all hosts together, means, by their state."
RELOCATIONS = (
    "Services that followed their vehicle to another host when its serving site changed: interruption from the change "
    "to the moment when traffic goes to the new host, and its parts in the mean (TS 23.558 §8.8: decision, execution "
    "as start and context transfer, then steering)."
)
LINES = "Lines are means, the tint reaches up to the peak; in the titles: mean (maximum)."
COLOURS = "Colours are means."
DECISIONS = "Share of each host in the tasks whose host the policy chose, by the time of the decision."
PLACES = "The most frequent host of the tasks made in each square; larger marks are more tasks."
POLICIES_LATE = (
    "Latency of the tasks whose host the policy chose, in the same worlds; lost ones never arrive."
)
POLICIES_PLACES = (
    "The most frequent host of the tasks made in each square, by policy; larger marks are more tasks, of that policy "
    "in that square."
)
ALL_REPLICATIONS, FIRST_REPLICATION = " All replications together.", " First replication."
