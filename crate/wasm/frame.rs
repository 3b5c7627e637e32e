//! One frame for JavaScript.
//!
//! In: calls of the page's worker. Out: plain objects.

use wasm_bindgen::prelude::*;

use super::{plain, sink, whole};
use crate::base::Limits;
use crate::session::{self, FurtherReading};

/// A frame that is looked for, by one more reading of the same files.
#[wasm_bindgen]
pub struct FrameReading {
    frame: session::FrameReading,
}

impl FrameReading {
    fn reading(&mut self) -> &mut FurtherReading<'_> {
        self.frame.reading()
    }
}

sink!(FrameReading);

#[wasm_bindgen]
impl FrameReading {
    /// A reading that looks for the frame with this number, without files.
    #[wasm_bindgen(constructor)]
    pub fn new(number: f64) -> FrameReading {
        FrameReading { frame: session::FrameReading::new(whole(number), Limits::default()) }
    }

    /// The frame as far as it is known: a `FrameView`, or `null` where it has not come.
    ///
    /// # Errors
    /// When a number has no JavaScript equal; none has.
    pub fn view(&self) -> Result<JsValue, JsValue> {
        plain(&self.frame.view())
    }
}
