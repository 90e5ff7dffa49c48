//! A k-d tree over places: which are in a box, which are nearest to a point.
//!
//! Every node knows the box of its points, so that a node inside of a query's box is taken whole. Points that
//! are equal are split by place: of these the first ones are the nearest.
//!
//! Crates with k-d trees leave open which of several points at the same distance they give.

use std::collections::BinaryHeap;
use std::ops::Range;

/// Points of a leaf at most.
const LEAF: usize = 16;

#[derive(Debug, Default)]
pub(super) struct Tree {
    dims: usize,
    /// Places in the order of the nodes.
    places: Vec<u32>,
    /// Their points, one after the other.
    points: Vec<f64>,
    nodes: Vec<Node>,
    /// Of every node the least, then the greatest coordinates.
    boxes: Vec<f64>,
}

/// The left child is the next node.
#[derive(Debug, Clone)]
struct Node {
    points: Range<usize>,
    first_place: u32,
    right: Option<usize>,
}

/// Places that a search has found.
#[derive(Debug, Default)]
pub struct Found {
    places: Vec<u32>,
    heap: BinaryHeap<Candidate>,
    stack: Vec<(f64, usize)>,
}

/// A place by distance, then by itself; distances are finite.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Candidate {
    distance: f64,
    place: u32,
}

impl Eq for Candidate {}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.distance.total_cmp(&other.distance).then(self.place.cmp(&other.place))
    }
}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Found {
    pub(super) fn clear(&mut self) {
        self.places.clear();
        self.heap.clear();
        self.stack.clear();
    }

    pub(super) fn sorted(&mut self) -> &[u32] {
        self.places.sort_unstable();
        &self.places
    }
}

impl Tree {
    /// Of the points `at(place, axis)`.
    #[allow(clippy::cast_possible_truncation)] // a frame has at most 2^32 rows
    pub(super) fn of(places: Range<usize>, dims: usize, at: impl Fn(usize, usize) -> f64) -> Self {
        let mut order: Vec<u32> = (places.start as u32..places.end as u32).collect();
        let mut tree = Self { dims, ..Self::default() };
        let at = |place: u32, axis: usize| at(place as usize, axis);
        tree.build(&mut order, 0, &at);
        tree.points = order
            .iter()
            .flat_map(|&p| (0..dims).map(move |k| (p, k)))
            .map(|(p, k)| at(p, k))
            .collect();
        tree.places = order;
        tree
    }

    fn build(&mut self, order: &mut [u32], start: usize, at: &impl Fn(u32, usize) -> f64) -> usize {
        let node = self.nodes.len();
        let first_place = order.iter().copied().min().unwrap_or(0);
        let points = start..start + order.len();
        self.nodes.push(Node { points, first_place, right: None });
        let mut widest = (0.0, None);
        let base = self.boxes.len();
        self.boxes.resize(base + 2 * self.dims, 0.0);
        for axis in 0..self.dims {
            let values = order.iter().map(|&place| at(place, axis));
            let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| {
                (low.min(x), high.max(x))
            });
            self.boxes[base + axis] = low;
            self.boxes[base + self.dims + axis] = high;
            if high - low > widest.0 {
                widest = (high - low, Some(axis));
            }
        }
        if order.len() > LEAF {
            let middle = order.len() / 2;
            match widest.1 {
                Some(axis) => order.select_nth_unstable_by(middle, |&a, &b| {
                    at(a, axis).total_cmp(&at(b, axis)).then(a.cmp(&b))
                }),
                None => order.select_nth_unstable(middle),
            };
            let (left, right) = order.split_at_mut(middle);
            self.build(left, start, at);
            self.nodes[node].right = Some(self.build(right, start + middle, at));
        }
        node
    }

    fn box_of(&self, node: usize) -> (&[f64], &[f64]) {
        self.boxes[2 * self.dims * node..][..2 * self.dims].split_at(self.dims)
    }

    fn point(&self, i: usize) -> &[f64] {
        &self.points[i * self.dims..][..self.dims]
    }

    /// Every place from `low` to `high` on all axes but `own`.
    pub(super) fn in_box(&self, low: &[f64], high: &[f64], own: u32, found: &mut Found) {
        let Found { places, stack, .. } = found;
        stack.push((0.0, 0));
        while let Some((_, node)) = stack.pop() {
            let (least, greatest) = self.box_of(node);
            let (mut apart, mut inside) = (false, true);
            for (((l, h), a), b) in low.iter().zip(high).zip(least).zip(greatest) {
                apart |= a > h || b < l;
                inside &= a >= l && b <= h;
            }
            if apart {
                continue;
            }
            let Node { points, right, .. } = &self.nodes[node];
            if inside {
                places.extend(self.places[points.clone()].iter().filter(|&&place| place != own));
            } else if let Some(right) = right {
                stack.extend([(0.0, *right), (0.0, node + 1)]);
            } else {
                for i in points.clone() {
                    let axes = self.point(i).iter().zip(low.iter().zip(high));
                    if self.places[i] != own
                        && axes.fold(true, |all, (x, (l, h))| all & (l <= x) & (x <= h))
                    {
                        places.push(self.places[i]);
                    }
                }
            }
        }
    }

    /// The `count` places nearest to `point` but `own`; at the same distance the first ones.
    pub(super) fn nearest(&self, point: &[f64], count: usize, own: u32, found: &mut Found) {
        let Found { places, heap, stack } = found;
        if count == 0 {
            return;
        }
        stack.push((self.distance_to_box(0, point), 0));
        while let Some((distance, node)) = stack.pop() {
            let Node { points, first_place, right } = &self.nodes[node];
            let closest = Candidate { distance, place: *first_place };
            if heap.len() == count && heap.peek().is_some_and(|worst| closest > *worst) {
                continue;
            }
            if let Some(right) = *right {
                let by_distance = |child| {
                    let distance = self.distance_to_box(child, point);
                    Candidate { distance, place: self.nodes[child].first_place }
                };
                let (a, b) = (by_distance(node + 1), by_distance(right));
                let (near, far) = if a <= b {
                    ((a.distance, node + 1), (b.distance, right))
                } else {
                    ((b.distance, right), (a.distance, node + 1))
                };
                stack.extend([far, near]);
                continue;
            }
            for i in points.clone().filter(|&i| self.places[i] != own) {
                let axes = self.point(i).iter().zip(point);
                let distance = axes.map(|(x, y)| (x - y) * (x - y)).fold(0.0, |sum, d| sum + d);
                let candidate = Candidate { distance, place: self.places[i] };
                if heap.len() < count {
                    heap.push(candidate);
                } else if heap.peek().is_some_and(|worst| candidate < *worst) {
                    heap.pop();
                    heap.push(candidate);
                }
            }
        }
        places.extend(heap.iter().map(|candidate| candidate.place));
    }

    /// Squared distance to a node's box. Summed as those of points are, it is never above one of them.
    fn distance_to_box(&self, node: usize, point: &[f64]) -> f64 {
        let (least, greatest) = self.box_of(node);
        let gaps = least.iter().zip(greatest).zip(point).map(|((a, b), x)| {
            let gap = (a - x).max(x - b).max(0.0);
            gap * gap
        });
        gaps.fold(0.0, |sum, d| sum + d)
    }
}
