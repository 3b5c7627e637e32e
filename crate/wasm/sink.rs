//! What every reading is asked for JavaScript: the nine calls of a `Sink`, as `www/engine/messages.js` describes them.
//!
//! In: calls of the page's worker, torrents first, then the bytes of files. Out: how far reading is.

/// Makes the calls for a class that has a `reading` to be fed.
macro_rules! sink {
    ($class:ident) => {
        #[wasm_bindgen::prelude::wasm_bindgen]
        impl $class {
            /// Takes a `.torrent` file, before the first bytes of any capture. Who reads the same files again gives the same torrents in the same order.
            ///
            /// # Errors
            /// `{ code, detail, message }` when it is none, or there is no room for it.
            pub fn add_torrent(&mut self, name: &str, bytes: &[u8]) -> Result<(), wasm_bindgen::JsValue> {
                self.reading().add_torrent(name, bytes).map_err(crate::wasm::refused)
            }

            /// Takes magnet links, one a line, before the first bytes of any capture: a `LinesTaken`.
            ///
            /// # Errors
            /// `{ code, detail, message }` when the text is too long.
            pub fn add_magnets(&mut self, name: &str, text: &str) -> Result<wasm_bindgen::JsValue, wasm_bindgen::JsValue> {
                crate::wasm::plain(&self.reading().add_magnets(name, text).map_err(crate::wasm::refused)?)
            }

            /// Lets the compressed files that are added from now on unpack to so many bytes; without a number to any.
            pub fn expand_to(&mut self, bytes: Option<f64>) {
                self.reading().expand_to(bytes.map(crate::wasm::whole));
            }

            /// Adds a file and answers its number. `size` is its length in bytes where that is known.
            pub fn add_file(&mut self, name: &str, size: Option<f64>) -> usize {
                self.reading().add_file(name, size.map(crate::wasm::whole))
            }

            /// The file of which bytes, or the end, must come next; `undefined` when all have ended, or enough is known.
            pub fn wants(&mut self) -> Option<usize> {
                self.reading().wants()
            }

            /// Takes the next bytes of a file.
            ///
            /// # Errors
            /// `{ code, detail, message }` when the file is no capture.
            pub fn push(&mut self, source: usize, chunk: &js_sys::Uint8Array) -> Result<(), wasm_bindgen::JsValue> {
                crate::wasm::push(self.reading(), source, chunk)
            }

            /// Says that a file has no more bytes.
            ///
            /// # Errors
            /// `{ code, detail, message }` when the file is no capture.
            pub fn end(&mut self, source: usize) -> Result<(), wasm_bindgen::JsValue> {
                self.reading().end(source).map_err(crate::wasm::thrown)
            }

            /// Ends every flow: once all files have ended, or where reading is given up.
            pub fn finish(&mut self) {
                self.reading().finish();
            }

            /// How far reading is: a `Progress`.
            ///
            /// # Errors
            /// When a number has no JavaScript equal; none has.
            pub fn progress(&mut self) -> Result<wasm_bindgen::JsValue, wasm_bindgen::JsValue> {
                crate::wasm::plain(&self.reading().progress())
            }
        }
    };
}

pub(super) use sink;
