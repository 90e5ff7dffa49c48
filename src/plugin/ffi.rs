//! The C interface between Polars and the expressions, version 0 of the plugin protocol.
//!
//! Polars looks for two symbols per expression: `_polars_plugin_field_NAME` says at plan time
//! what comes out, `_polars_plugin_NAME` computes it. Either reports an error by leaving its
//! return value empty and putting a message where `_polars_plugin_get_last_error_message` finds
//! it.
//!
//! `pyo3_polars::derive` writes the same functions, and makes the query planner, the file readers
//! and a second build of Polars for its macro part of every build: more than half of its time.
#![allow(unsafe_code)]

use std::any::Any;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::ffi::{CString, c_char};
use std::panic::{self, AssertUnwindSafe};
use std::slice;
use std::sync::{Arc, Mutex, Once, PoisonError};

use polars::prelude::*;
pub(crate) use polars_arrow::ffi::ArrowSchema;
use polars_arrow::ffi::{export_field_to_c, import_field_from_c};
pub(crate) use polars_ffi::version_0::{CallerContext, SeriesExport};
use polars_ffi::version_0::{export_series, import_series_buffer};
use serde::de::DeserializeOwned;

use super::errors::internal;
use super::frame::evidence::Evidence;

thread_local! {
    static LAST_ERROR: RefCell<CString> = RefCell::default();
}

/// Polars calls this right after a call that returned nothing, on the same thread.
#[unsafe(no_mangle)]
unsafe extern "C" fn _polars_plugin_get_last_error_message() -> *const c_char {
    LAST_ERROR.with_borrow(|last| last.as_ptr())
}

/// Polars asks for the version of the protocol before it calls anything else.
#[unsafe(no_mangle)]
unsafe extern "C" fn _polars_plugin_get_version() -> u32 {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        panic::set_hook(Box::new(|panic| {
            if polars_config::config().verbose() {
                eprintln!("{panic}");
            }
        }));
    });
    let (major, minor) = polars_ffi::get_version();
    (u32::from(major) << 16) | u32::from(minor)
}

/// The value of `call`; the message of an error or a panic of it is kept for Polars to fetch.
fn guard<T>(call: impl FnOnce() -> PolarsResult<T>) -> Option<T> {
    let message = match caught(call) {
        Ok(value) => return Some(value),
        Err(message) => message.replace('\0', "\u{2400}"),
    };
    LAST_ERROR.set(CString::new(message).unwrap_or_default());
    None
}

/// The value of `call`, or the message of its error or panic.
pub(crate) fn caught<T>(call: impl FnOnce() -> PolarsResult<T>) -> Result<T, String> {
    // What a panic may leave half done is dropped with the call.
    match panic::catch_unwind(AssertUnwindSafe(call)) {
        Ok(result) => result.map_err(|error| error.to_string()),
        Err(panic) => {
            Err(internal(format!("the plugin panicked: {}", text_of(&*panic))).to_string())
        }
    }
}

/// Keyword values of the last distinct calls. Polars hands the same bytes over several times a query
/// and for every batch of rows, and reading them takes longer than scoring a row.
static READ: Mutex<VecDeque<Kept>> = Mutex::new(VecDeque::new());

/// How many are kept: more than a query is likely to hold.
const KEPT: usize = 64;

struct Kept {
    bytes: Vec<u8>,
    values: Arc<dyn Any + Send + Sync>,
}

/// Reads the keyword values, which Python pickles.
///
/// # Safety
/// `bytes` points to `len` bytes.
unsafe fn kwargs<K: Kwargs>(bytes: *const u8, len: usize) -> PolarsResult<Arc<K>> {
    // SAFETY: the caller's promise.
    let bytes = unsafe { slice::from_raw_parts(bytes, len) };
    let kept = || READ.lock().unwrap_or_else(PoisonError::into_inner);
    let same = |kept: &Kept| {
        let values = (kept.bytes == bytes).then(|| Arc::clone(&kept.values));
        values.and_then(|values| values.downcast::<K>().ok())
    };
    if let Some(values) = kept().iter().find_map(same) {
        return Ok(values);
    }
    let values = Arc::new(unpickled::<K>(bytes)?);
    let mut kept = kept();
    kept.truncate(KEPT - 1);
    kept.push_front(Kept { bytes: bytes.to_vec(), values: values.clone() });
    Ok(values)
}

fn unpickled<K: Kwargs>(bytes: &[u8]) -> PolarsResult<K> {
    serde_pickle::from_slice(bytes, serde_pickle::DeOptions::default())
        .map_err(|error| internal(format!("the keyword values cannot be read: {error}")))
}

/// An expression's function that has its keyword values.
pub(crate) type Prepared = Box<dyn Fn(&Evidence) -> PolarsResult<Series> + Send + Sync>;

/// Hands the keyword values to `function`, for calls without Polars between.
pub(crate) fn prepare<K: Kwargs>(
    function: fn(&Evidence, &K) -> PolarsResult<Series>,
    kwargs: &[u8],
) -> PolarsResult<Prepared> {
    let kwargs: K = unpickled(kwargs)?;
    Ok(Box::new(move |evidence| function(evidence, &kwargs)))
}

/// The message of a panic.
fn text_of(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("without a message")
}

/// Keyword values of an expression.
pub(crate) trait Kwargs: DeserializeOwned + Send + Sync + 'static {}

impl<K: DeserializeOwned + Send + Sync + 'static> Kwargs for K {}

/// Asks `function` for the output field and writes it to `output`.
///
/// # Safety
/// The arguments come from Polars: `fields` points to `len` valid schemas, `bytes` to `bytes_len`
/// bytes, `output` can be written to.
pub(crate) unsafe fn plan<K: Kwargs>(
    function: fn(&[Field], &K) -> PolarsResult<Field>,
    fields: *const ArrowSchema,
    len: usize,
    output: *mut ArrowSchema,
    bytes: *const u8,
    bytes_len: usize,
) {
    let field = guard(|| {
        // SAFETY: the caller's promise.
        let (fields, kwargs) =
            unsafe { (slice::from_raw_parts(fields, len), kwargs(bytes, bytes_len)?) };
        let fields = fields
            .iter()
            // SAFETY: a schema of Polars is a valid one.
            .map(|field| unsafe { import_field_from_c(field) }.map(|field| Field::from(&field)))
            .collect::<PolarsResult<Vec<_>>>()?;
        let field = function(&fields, &kwargs)?;
        Ok(export_field_to_c(&field.to_arrow(CompatLevel::newest())))
    });
    if let Some(field) = field {
        // SAFETY: the caller's promise.
        unsafe { *output = field };
    }
}

/// Calls `function` on the input columns and writes its column to `output`.
///
/// # Safety
/// The arguments come from Polars: `inputs` points to `len` exported columns, which this call
/// takes over, `bytes` to `bytes_len` bytes, `output` can be written to.
pub(crate) unsafe fn compute<K: Kwargs>(
    function: impl Fn(&[Series], &K) -> PolarsResult<Series>,
    inputs: *mut SeriesExport,
    len: usize,
    bytes: *const u8,
    bytes_len: usize,
    output: *mut SeriesExport,
) {
    let column = guard(|| {
        // SAFETY: the caller's promise.
        let (inputs, kwargs) =
            unsafe { (import_series_buffer(inputs, len)?, kwargs(bytes, bytes_len)?) };
        Ok(export_series(&function(&inputs, &kwargs)?))
    });
    if let Some(column) = column {
        // SAFETY: the caller's promise.
        unsafe { *output = column };
    }
}

/// `export!(score, score_output)`: makes the function `score` an expression of that name, whose
/// output field `score_output` gives.
macro_rules! export {
    ($function:ident, $output:ident) => {
        $crate::plugin::ffi::export!($function, $function, $output);
    };
    ($name:ident, $function:expr, $output:ident) => {
        #[allow(unsafe_code)]
        const _: () = {
            use $crate::plugin::ffi;

            #[unsafe(export_name = concat!("_polars_plugin_field_", stringify!($name)))]
            unsafe extern "C" fn plan(
                fields: *const ffi::ArrowSchema,
                len: usize,
                output: *mut ffi::ArrowSchema,
                kwargs: *const u8,
                kwargs_len: usize,
            ) {
                // SAFETY: Polars calls this, by the protocol.
                unsafe { ffi::plan($output, fields, len, output, kwargs, kwargs_len) }
            }

            #[unsafe(export_name = concat!("_polars_plugin_", stringify!($name)))]
            unsafe extern "C" fn compute(
                inputs: *mut ffi::SeriesExport,
                len: usize,
                kwargs: *const u8,
                kwargs_len: usize,
                output: *mut ffi::SeriesExport,
                _context: *const ffi::CallerContext,
            ) {
                // SAFETY: Polars calls this, by the protocol.
                unsafe { ffi::compute($function, inputs, len, kwargs, kwargs_len, output) }
            }
        };
    };
}
pub(crate) use export;

/// `export_of_rows!(score, score_output)`: as `export!`, for a function of evidence, which rows of
/// Python values can be as well as a frame.
macro_rules! export_of_rows {
    ($function:ident, $output:ident) => {
        /// The function with its keyword values, which Python pickles.
        pub(crate) fn prepare(
            kwargs: &[u8],
        ) -> polars::prelude::PolarsResult<$crate::plugin::ffi::Prepared> {
            $crate::plugin::ffi::prepare($function, kwargs)
        }

        $crate::plugin::ffi::export!(
            $function,
            |inputs: &[polars::prelude::Series], kwargs: &_| {
                $function(&$crate::plugin::frame::evidence::Evidence::of(inputs)?, kwargs)
            },
            $output
        );
    };
}
pub(crate) use export_of_rows;
