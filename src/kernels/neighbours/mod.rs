//! Neighbours among the trials of an optimiser.
//!
//! ```text
//! steps k     dense ranks in the group differ by at most k on every parameter
//! within w    |x − x₀| ≤ w·max(|x₀|, 1e-12) on every parameter
//! nearest k   smallest Σ (u − u₀)², u each parameter scaled to [0, 1] in the group
//! ```
//!
//! Group, parameters that only can be equal, and which parameters are null must be equal: trials that
//! agree in these form a class, and each class has a k-d tree. The first two ways are boxes in the
//! space of ranks. Neighbours are ordered by the parameters, then by content, and a trial is never
//! its own. Source: specification, section 27.

mod coordinates;
pub mod plateau;
mod tree;

use std::cmp::Ordering;
use std::ops::Range;

use coordinates::{Coordinates, FLOOR};
pub use tree::Found;
use tree::Tree;

/// What makes two trials near.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Near {
    /// Dense ranks that differ by at most so many.
    Steps(u32),
    /// A relative distance.
    Within(f64),
    /// So many of the smallest distance.
    Nearest(usize, Scale),
}

/// How a parameter becomes a number in [0, 1].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// By its dense rank.
    Rank,
    /// By its place between the least and the greatest.
    Range,
    /// The same of its logarithm.
    Log,
}

/// A parameter with an order.
#[derive(Debug, Clone, Default)]
pub struct Parameter {
    /// Numbers in the order of the values, equal for equal ones; 0 for null.
    pub codes: Vec<u32>,
    /// The values; read by `Within`, and by `Nearest` unless the scale is `Rank`.
    pub values: Vec<f64>,
}

/// One row per trial, as columns of equal length.
#[derive(Debug, Clone, Copy)]
pub struct Trials<'a> {
    /// Number of trials.
    pub rows: usize,
    /// Codes of the group.
    pub groups: &'a [Vec<u32>],
    /// Codes of the parameters that must be equal.
    pub equal: &'a [Vec<u32>],
    /// The parameters with an order.
    pub parameters: &'a [Parameter],
    /// What orders trials of equal parameters: keys of [`order_key`].
    pub content: &'a [Vec<u64>],
}

/// A value that a distance cannot be taken of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BadValue {
    /// Which of the parameters.
    pub parameter: usize,
    /// What was found.
    pub value: f64,
}

/// A number that orders as the value does: null, then −inf to +inf, then NaN.
#[must_use]
pub fn order_key(value: Option<f64>) -> u64 {
    let Some(value) = value else { return 0 };
    if value.is_nan() {
        return u64::MAX;
    }
    let bits = value.to_bits();
    if bits >> 63 == 1 { !bits } else { bits | (1 << 63) }
}

/// The neighbours of every trial, ready to be asked for.
#[derive(Debug)]
pub struct Neighbours {
    near: Near,
    /// The rows in order.
    rows: Vec<u32>,
    /// The place of each row in that order.
    places: Vec<u32>,
    classes: Vec<Class>,
    coordinates: Coordinates,
}

#[derive(Debug)]
struct Class {
    places: Range<usize>,
    /// The parameters that are not null in it.
    used: Vec<usize>,
    tree: Tree,
}

/// Space to search in.
#[derive(Debug, Default)]
pub struct Scratch {
    low: Vec<f64>,
    high: Vec<f64>,
    point: Vec<f64>,
    found: Found,
}

impl Neighbours {
    /// Reads the trials.
    ///
    /// # Errors
    /// A value that is not finite (`Within`, scale `Range`), or not above 0 as well (scale `Log`).
    pub fn of(trials: Trials, near: Near) -> Result<Self, BadValue> {
        let keys = Keys::of(trials);
        let rows = keys.sorted(trials);
        let mut places = vec![0; trials.rows];
        for (place, &row) in (0..).zip(&rows) {
            places[row as usize] = place;
        }
        let groups = keys.runs(&rows, trials.groups.len());
        let coordinates = Coordinates::of(trials.parameters, &rows, &groups, near)?;
        let classes = keys.runs(&rows, keys.class);
        let classes = classes.into_iter().map(|places| {
            let is_used = |j: &usize| {
                rows.get(places.start)
                    .is_some_and(|&row| trials.parameters[*j].codes[row as usize] != 0)
            };
            let used: Vec<usize> = (0..trials.parameters.len()).filter(is_used).collect();
            let tree = Tree::of(places.clone(), used.len(), |place, k| {
                coordinates.at(used[k], place).point
            });
            Class { places, used, tree }
        });
        let classes = classes.collect();
        Ok(Self { near, rows, places, classes, coordinates })
    }

    /// The neighbours of the trial in `row`, as rows, in order.
    pub fn find<'a>(
        &'a self,
        row: usize,
        scratch: &'a mut Scratch,
    ) -> impl ExactSizeIterator<Item = usize> + 'a {
        let own = self.places[row];
        let place = own as usize;
        let after = self.classes.partition_point(|class| class.places.end <= place);
        let class = &self.classes[after];
        let Scratch { low, high, point, found } = scratch;
        found.clear();
        let cells = class.used.iter().map(|&j| self.coordinates.at(j, place));
        match self.near {
            Near::Nearest(count, _) => {
                point.clear();
                point.extend(cells.map(|cell| cell.point));
                class.tree.nearest(point, count, own, found);
            }
            Near::Steps(_) | Near::Within(_) => {
                low.clear();
                high.clear();
                for cell in cells {
                    low.push(cell.low);
                    high.push(cell.high);
                }
                class.tree.in_box(low, high, own, found);
            }
        }
        found.sorted().iter().map(|&place| self.rows[place as usize] as usize)
    }
}

/// What rows are ordered by: group, equal parameters, which are null, then the ordered ones.
struct Keys {
    width: usize,
    /// How many of a row's keys make up its class.
    class: usize,
    /// Row by row.
    all: Vec<u32>,
}

impl Keys {
    fn of(trials: Trials) -> Self {
        let masks = trials.parameters.len().div_ceil(32);
        let class = trials.groups.len() + trials.equal.len() + masks;
        let width = class + trials.parameters.len();
        let mut keys = Vec::with_capacity(width * trials.rows);
        for row in 0..trials.rows {
            keys.extend(trials.groups.iter().chain(trials.equal).map(|codes| codes[row]));
            for part in trials.parameters.chunks(32) {
                let bits = part.iter().enumerate();
                keys.push(bits.map(|(i, p)| u32::from(p.codes[row] != 0) << i).sum());
            }
            keys.extend(trials.parameters.iter().map(|parameter| parameter.codes[row]));
        }
        Self { width, class, all: keys }
    }

    fn of_row(&self, row: u32) -> &[u32] {
        &self.all[row as usize * self.width..][..self.width]
    }

    fn sorted(&self, trials: Trials) -> Vec<u32> {
        let content = |a: u32, b: u32| {
            let parts = trials.content.iter();
            let mut parts = parts.map(|keys| keys[a as usize].cmp(&keys[b as usize]));
            parts.find(|order| *order != Ordering::Equal).unwrap_or(Ordering::Equal)
        };
        #[allow(clippy::cast_possible_truncation)] // a frame has at most 2^32 rows
        let mut rows: Vec<u32> = (0..trials.rows as u32).collect();
        rows.sort_unstable_by(|&a, &b| {
            self.of_row(a).cmp(self.of_row(b)).then_with(|| content(a, b))
        });
        rows
    }

    /// Ranges of places whose rows agree in the first `width` keys.
    fn runs(&self, rows: &[u32], width: usize) -> Vec<Range<usize>> {
        let mut start = 0;
        let same = |a: &u32, b: &u32| self.of_row(*a)[..width] == self.of_row(*b)[..width];
        let runs = rows.chunk_by(same).map(|run| {
            let range = start..start + run.len();
            start = range.end;
            range
        });
        runs.collect()
    }
}

/// The half width of `Within` around a value.
fn reach(value: f64, within: f64) -> f64 {
    within * value.abs().max(FLOOR)
}

#[cfg(test)]
mod tests;
