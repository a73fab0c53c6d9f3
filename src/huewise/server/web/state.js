// What is true. One state object, replaced as a whole by every change (changes.js); painting reads it, never alters it.

/** @typedef {[number, number]} XY   x, y */
/** @typedef {{width: number, height: number, data: Uint8Array}} Level   one byte a pixel */

/**
 * One local hint. Coordinates are picture pixels, x right, y down.
 * @typedef {object} Hint
 * @property {string} id
 * @property {"point"|"stroke"|"region"} kind
 * @property {XY[]} points  one for a point, the path of a stroke, the corners of a region
 * @property {string} color  "#rrggbb"; only its hue and chroma count, lightness is the picture's
 * @property {number} size  radius of a point, width of a stroke, in picture pixels; 0 for a region
 * @property {boolean} [mean]  the colour is what a region's colours average to: an answer
 */

/**
 * Lightness as sent by the server, and halved again and again: `levels[0]` is width x height, uint8, L * 2.55.
 * `drawn`: of a photograph that is taken for a drawing, for its flats.
 * @typedef {{width: number, height: number, levels: Level[], drawn?: boolean}} Guide
 */

/**
 * The small colour map of the server: a and b in turn, in 1/256 unit of CIE Lab. `near`: of a draft, the last whole one.
 * `notes`: what to know of it.
 * @typedef {{width: number, height: number, data: Int16Array, near?: AbMap, notes?: string[]}} AbMap
 */

/**
 * For drawings: sRGB colours, r, g, b in turn, that the drawing is multiplied with.
 * @typedef {{width: number, height: number, data: Uint8Array, notes?: string[]}} RgbMap
 */

/** @typedef {AbMap|RgbMap} ColorMap */

/**
 * A reference picture: its colours are taken over. `colors`: its main ones, told by the server.
 * @typedef {{key: string, name: string, file: Blob, colors: string[]}} Reference
 */

/**
 * Wishes for the whole picture; null: the model decides. `keepTint`: of toned paper, beneath the colours.
 * @typedef {{references: Reference[], saturation: number|null, temperature: number|null, flats: boolean, keepTint: boolean}} Wishes
 */

/**
 * What a person said about a picture; undo and redo go through these.
 * @typedef {{hints: Hint[], wishes: Wishes, model: string, future?: Step[]}} Step
 */

/**
 * What the model would like to know of a picture. `region`: one even-odd polygon; `area`: its share of the picture;
 * `place`: of a drawing, inside the area that the region is.
 * @typedef {{region: XY[], area: number, label: string|null, place: XY|null, suggestions: {color: string}[]}} Question
 */

/**
 * Where the picture lies on the stage: `scale` CSS pixels for a picture pixel, its corner at (x, y).
 * @typedef {{scale: number, x: number, y: number, fit: boolean}} View
 */

/**
 * An opened picture with everything that was done to it.
 * @typedef {object} Picture
 * @property {string} key  ours, for life, in the browser's storage too
 * @property {string} name  the file's name, never sent anywhere
 * @property {Blob} file
 * @property {"opening"|"ready"|"failed"} status
 * @property {string} problem  one line, when failed
 * @property {string|null} id  the server's; null while it is not open there
 * @property {number} width  0 until it is open
 * @property {number} height
 * @property {string} kind  "ab", or "rgb" for drawings
 * @property {string} format  "jpeg", "png", ...
 * @property {number} bits  8 or 16
 * @property {string} model  name of the model that is wished for; "auto" lets Huewise choose
 * @property {string} openedWith  the wish that the server's copy was opened with
 * @property {string} servedBy  name of the model that it was opened with: what "auto" has chosen
 * @property {string[]} offers  what that model can: "palette", "question", "reference", ...
 * @property {string[]} notes  what the person should know about the file
 * @property {Hint[]} hints  later ones lie over earlier ones
 * @property {Step[]} past  for undo, oldest first
 * @property {Step[]} future  for redo, nearest last
 * @property {string} gesture  name of the running gesture
 * @property {Wishes} wishes
 * @property {XY[][]} skipped  regions of questions that were skipped
 * @property {Guide|null} guide
 * @property {ColorMap|null} ab
 * @property {Hint[]|null} abFor  the hints that `ab` is for
 * @property {Wishes|null} abWishes  and the wishes
 * @property {boolean} passing  others come before and after `ab`: a whole answer follows when they rest
 * @property {View} view
 */

/** @typedef {"point"|"brush"|"region"|"pick"|"hand"} Tool */
/** @typedef {"divider"|"color"|"gray"|"side"} Compare */
/** @typedef {"color"|"ask"|"whole"} Tab */

/**
 * The question of the picture on the stage. `question`: null when nothing is left; `previews`: for each suggestion.
 * @typedef {{key: string, thinking: boolean, question: Question|null, previews: ColorMap[]}} Ask
 */

/**
 * @typedef {object} Notice
 * @property {string} text  one line
 * @property {"info"|"error"} kind
 * @property {boolean} stays  until dismissed, or until what it says has passed
 * @property {boolean} [read]  the person has gone on since: an error goes with the next thing that succeeds
 * @property {{label: string, run: () => void}} [way]  a button beside it
 */

/**
 * @typedef {object} State
 * @property {Picture[]} pictures  in the order of the strip
 * @property {string|null} current  key of the picture on the stage; null shows the start screen
 * @property {Tool} tool
 * @property {string|null} color  of new hints; null: the picture's own suggestion for the place
 * @property {number} brush  diameter in CSS pixels
 * @property {number} reach  how far a region by click reaches, 1..100: see region.js
 * @property {Compare} compare
 * @property {boolean} marks  hints are drawn over the picture
 * @property {number} divider  0..1 of the stage's width; gray to the left of it
 * @property {boolean} peek  the gray picture is shown while a key is held
 * @property {string|null} selected  id of a hint of the current picture
 * @property {XY|null} cursor  place under the pointer in picture pixels
 * @property {XY|null} cross  place of the keyboard's crosshair
 * @property {Hint|null} draft  what is being drawn
 * @property {{key: string, at: XY, colors: string[], hint: string|null}|null} palette  suggestions, their place, and the hint they are for
 * @property {Tab} tab  of the side
 * @property {Ask|null} ask  while that tab is open
 * @property {string|null} tuned  the hint whose sliders gave the newest recent colour; "next": of the hints to come
 * @property {string[]} recent  colours used, newest first
 * @property {{name: string, colors: string[]}[]} palettes  saved ones
 * @property {boolean} busy  colour is computed long enough to say so
 * @property {boolean} saving
 * @property {Notice|null} notice
 * @property {boolean} sheet  on narrow screens: whether the colour sheet is open
 * @property {{width: number, height: number}} stage  in CSS pixels
 */

/** @returns {State} the state before anything has happened */
export function defaults() {
  return {
    pictures: [],
    current: null,
    tool: "point",
    color: null,
    brush: 28,
    reach: 50,
    compare: "divider",
    marks: true,
    divider: 0.5,
    peek: false,
    selected: null,
    cursor: null,
    cross: null,
    draft: null,
    palette: null,
    tab: "color",
    ask: null,
    tuned: null,
    recent: [],
    palettes: [],
    busy: false,
    saving: false,
    notice: null,
    sheet: false,
    stage: { width: 0, height: 0 },
  };
}

/** @returns {Wishes} */
export const noWishes = () => ({ references: [], saturation: null, temperature: null, flats: false, keepTint: false });

/** @param {string} key @param {string} name @param {Blob} file @param {Partial<Picture>} [more] hints, wishes, model @returns {Picture} */
export function newPicture(key, name, file, more = {}) {
  return {
    key, name, file,
    hints: [], wishes: noWishes(), model: "auto", openedWith: "", servedBy: "", skipped: [], offers: [],
    status: "opening", problem: "", id: null,
    width: 0, height: 0, kind: "ab", format: "", bits: 8, notes: [],
    past: [], future: [], gesture: "",
    guide: null, ab: null, abFor: null, abWishes: null, passing: false,
    view: { scale: 1, x: 0, y: 0, fit: true },
    ...more,
  };
}

/** @param {State} state @returns {Picture|undefined} the picture on the stage */
export function currentPicture(state) {
  return state.pictures.find((picture) => picture.key === state.current);
}

/** @param {State} state @returns {Hint|undefined} the selected hint */
export function selectedHint(state) {
  return currentPicture(state)?.hints.find((hint) => hint.id === state.selected);
}

/** @returns {string} a name that nothing else has */
export function newId() {
  return crypto.randomUUID ? crypto.randomUUID() : `${Date.now()}-${Math.random().toString(36).slice(2)}`;
}

/**
 * Holds the state. `change` applies a step of changes.js and asks for one repaint on the next frame.
 * @typedef {object} Store
 * @property {State} state
 * @property {<A extends unknown[]>(step: (state: State, ...args: A) => State, ...args: A) => void} change
 * @property {(paint: (state: State) => void) => void} onPaint
 * @property {(react: (now: State, before: State) => void) => void} onChange
 * @property {() => void} repaint
 */

/** @param {State} state @returns {Store} */
export function createStore(state) {
  /** @type {((state: State) => void)[]} */
  const painters = [];
  /** @type {((now: State, before: State) => void)[]} */
  const listeners = [];
  let asked = false;
  const store = {
    state,
    /** @type {Store["change"]} */
    change(step, ...args) {
      const before = store.state;
      const now = step(before, ...args);
      if (now === before) return;
      store.state = now;
      store.repaint();
      for (const react of listeners) react(now, before);
    },
    /** @param {(state: State) => void} paint */
    onPaint(paint) {
      painters.push(paint);
      store.repaint();
    },
    /** @param {(now: State, before: State) => void} react */
    onChange(react) {
      listeners.push(react);
    },
    repaint() {
      if (asked) return;
      asked = true;
      requestAnimationFrame(() => {
        asked = false;
        for (const paint of painters) paint(store.state);
      });
    },
  };
  return store;
}
