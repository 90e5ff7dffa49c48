//! Where trials are in the space that is searched: ranks, or parameters scaled to [0, 1].

use std::ops::Range;

use super::{BadValue, Near, Parameter, Scale, reach};

/// Below this size a value's relative distance is taken to be that of this size.
pub(super) const FLOOR: f64 = 1e-12;

/// A trial on one axis: where it is, and from where to where its neighbours are.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Cell {
    pub(super) point: f64,
    pub(super) low: f64,
    pub(super) high: f64,
}

/// The cells by parameter and distinct value of a group.
#[derive(Debug, Default)]
pub(super) struct Coordinates {
    axes: Vec<Axis>,
}

#[derive(Debug, Default)]
struct Axis {
    cells: Vec<Cell>,
    /// The cell of each place.
    of_place: Vec<u32>,
}

impl Coordinates {
    /// Of rows in order, whose `groups` are ranges of places.
    pub(super) fn of(
        parameters: &[Parameter],
        rows: &[u32],
        groups: &[Range<usize>],
        near: Near,
    ) -> Result<Self, BadValue> {
        let axes = parameters.iter().enumerate().map(|(j, parameter)| {
            let bad = |value| BadValue { parameter: j, value };
            let mut axis = Axis { cells: Vec::new(), of_place: vec![0; rows.len()] };
            for group in groups {
                axis.add(parameter, rows, group, near).map_err(bad)?;
            }
            Ok(axis)
        });
        Ok(Self { axes: axes.collect::<Result<_, _>>()? })
    }

    pub(super) fn at(&self, parameter: usize, place: usize) -> Cell {
        let axis = &self.axes[parameter];
        axis.cells[axis.of_place[place] as usize]
    }
}

impl Axis {
    /// Adds the cells of a group's distinct values; `Err` is a value that has none.
    #[allow(clippy::cast_possible_truncation)] // fewer cells than rows
    fn add(
        &mut self,
        parameter: &Parameter,
        rows: &[u32],
        group: &Range<usize>,
        near: Near,
    ) -> Result<(), f64> {
        let code = |place: usize| parameter.codes[rows[place] as usize];
        let mut places: Vec<usize> = group.clone().filter(|&place| code(place) != 0).collect();
        places.sort_unstable_by_key(|&place| code(place));
        let first = self.cells.len();
        let mut values = Vec::new();
        let mut rank = first;
        for same in places.chunk_by(|&a, &b| code(a) == code(b)) {
            for &place in same {
                self.of_place[place] = rank as u32;
            }
            values.extend(parameter.values.get(rows[same[0]] as usize));
            rank += 1;
        }
        cells_of(rank - first, &values, near, &mut self.cells)
    }
}

/// The cells of `count` ascending values, which are not read where ranks are enough.
#[allow(clippy::cast_precision_loss)] // ranks are far below 2^53
fn cells_of(count: usize, values: &[f64], near: Near, out: &mut Vec<Cell>) -> Result<(), f64> {
    let ranks = (0..count).map(|rank| rank as f64);
    match near {
        Near::Steps(k) => {
            let k = f64::from(k);
            out.extend(ranks.map(|r| Cell { point: r, low: r - k, high: r + k }));
        }
        Near::Within(within) => {
            finite(values)?;
            for (rank, &x) in values.iter().enumerate() {
                let far = |y: &f64| (y - x).abs() > reach(x, within);
                let low = values[..rank].partition_point(far);
                let high = rank + values[rank..].partition_point(|y| !far(y)) - 1;
                out.push(Cell { point: rank as f64, low: low as f64, high: high as f64 });
            }
        }
        Near::Nearest(_, Scale::Rank) => {
            let last = count.saturating_sub(1).max(1) as f64;
            out.extend(ranks.map(|r| Cell { point: r / last, ..Cell::default() }));
        }
        Near::Nearest(_, Scale::Range) => scaled(values, out)?,
        Near::Nearest(_, Scale::Log) => {
            finite(values)?;
            if let Some(&bad) = values.iter().find(|x| **x <= 0.0) {
                return Err(bad);
            }
            let logs: Vec<f64> = values.iter().map(|x| x.ln()).collect();
            scaled(&logs, out)?;
        }
    }
    Ok(())
}

fn finite(values: &[f64]) -> Result<(), f64> {
    values.iter().find(|x| !x.is_finite()).map_or(Ok(()), |bad| Err(*bad))
}

/// (x − min) / (max − min), 0 if there is one value.
fn scaled(values: &[f64], out: &mut Vec<Cell>) -> Result<(), f64> {
    finite(values)?;
    let [Some(low), Some(high)] = [values.first(), values.last()] else { return Ok(()) };
    let span = high - low;
    if !span.is_finite() {
        return Err(*high);
    }
    let scale = |x: &f64| if span > 0.0 { (x - low) / span } else { 0.0 };
    out.extend(values.iter().map(|x| Cell { point: scale(x), ..Cell::default() }));
    Ok(())
}
