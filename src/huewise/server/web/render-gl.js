// The picture on the stage in WebGL2: lightness and colour field (guided.js) -> sRGB.

/** @import {Guide} from "./state.js" */
/** @import {Field} from "./guided.js" */
/** @import {Renderer, Frame} from "./render.js" */

const VERTEX = `#version 300 es
void main() { gl_Position = vec4(vec2(gl_VertexID & 1, gl_VertexID >> 1) * 4.0 - 1.0, 0.0, 1.0); }`;

// the arithmetic is that of color.js: change them together
const FRAGMENT = `#version 300 es
precision highp float;
uniform sampler2D lightness;
uniform sampler2D field;  // a, b and their slopes
uniform sampler2D fine;   // lightness at the size of the colours
uniform vec3 view;      // pixels of the canvas for a picture pixel, corner x, corner y
uniform vec2 picture;   // width, height
uniform float top;      // height of the canvas
uniform float lod;
uniform bool colored;
uniform bool multiplied; // of a drawing: the field is sRGB that its gray is multiplied with
out vec4 pixel;

float uncurve(float t) { return t > 6.0 / 29.0 ? t * t * t : 3.0 * 36.0 / 841.0 * (t - 4.0 / 29.0); }
vec3 labToLinear(float l, vec2 ab) {
  float fy = (l + 16.0) / 116.0;
  vec3 xyz = vec3(0.95047 * uncurve(fy + ab.x / 500.0), uncurve(fy), 1.08883 * uncurve(fy - ab.y / 200.0));
  return vec3(
    dot(vec3(3.2404542, -1.5371385, -0.4985314), xyz),
    dot(vec3(-0.969266, 1.8760108, 0.041556), xyz),
    dot(vec3(0.0556434, -0.2040259, 1.0572252), xyz));
}
bool inGamut(vec3 rgb) { return all(greaterThanEqual(rgb, vec3(-1e-4))) && all(lessThanEqual(rgb, vec3(1.0001))); }
vec2 fitGamut(float l, vec2 ab) {
  if (inGamut(labToLinear(l, ab))) return ab;
  float low = 0.0, high = 1.0;
  for (int i = 0; i < 12; i++) {
    float middle = (low + high) / 2.0;
    if (inGamut(labToLinear(l, ab * middle))) low = middle; else high = middle;
  }
  return ab * low;
}
vec3 toSrgb(vec3 v) {
  return mix(12.92 * v, 1.055 * pow(max(v, vec3(1e-9)), vec3(1.0 / 2.4)) - 0.055, greaterThan(v, vec3(0.0031308)));
}
void main() {
  vec2 place = (vec2(gl_FragCoord.x, top - gl_FragCoord.y) - view.yz) / view.x / picture;
  if (any(lessThan(place, vec2(0.0))) || any(greaterThanEqual(place, vec2(1.0)))) { pixel = vec4(0.0); return; }
  float l = textureLod(lightness, place, lod).r * 100.0;
  vec2 ab = vec2(0.0);
  if (colored && !multiplied) {
    vec4 color = texture(field, place);
    ab = fitGamut(l, color.rg + color.ba * (l - texture(fine, place).r));
  }
  vec3 color = toSrgb(clamp(labToLinear(l, ab), 0.0, 1.0));
  if (colored && multiplied) color *= texture(field, place).rgb;
  pixel = vec4(color, 1.0);
}`;

// what draws where no graphics card does; failIfMajorPerformanceCaveat lets some of them pass
const IN_SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;

/** @param {HTMLCanvasElement} canvas @returns {Renderer|null} null where WebGL2 is missing */
export function glRenderer(canvas) {
  // tried on another canvas first: one that has been given to WebGL cannot be drawn on without it
  const trial = document.createElement("canvas").getContext("webgl2");
  const gl = trial && link(trial) && canvas.getContext("webgl2", { alpha: true, antialias: false, premultipliedAlpha: true });
  trial?.getExtension("WEBGL_lose_context")?.loseContext();
  const program = gl && link(gl);
  if (!gl || !program) return null;
  gl.useProgram(program);
  /** @param {string} name */
  const at = (name) => gl.getUniformLocation(program, name);
  const places = {
    view: at("view"), picture: at("picture"), top: at("top"), lod: at("lod"), colored: at("colored"), multiplied: at("multiplied"),
  };
  gl.uniform1i(at("lightness"), 0);
  gl.uniform1i(at("field"), 1);
  gl.uniform1i(at("fine"), 2);
  gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
  /** @type {WebGLTexture|null} */
  let lightness = null;
  /** @type {WebGLTexture|null} */
  let colors = null;
  /** @type {WebGLTexture|null} */
  let fine = null;
  /** @type {Float32Array|null} what `fine` holds: it changes with the picture, not with an edit */
  let fineData = null;

  return {
    kind: "webgl2",
    slow: IN_SOFTWARE.test(gl.getParameter(gl.getExtension("WEBGL_debug_renderer_info")?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER)),
    largest: gl.getParameter(gl.MAX_TEXTURE_SIZE),
    setGuide(guide) {
      gl.deleteTexture(lightness);
      lightness = guide && lightnessTexture(gl, guide);
    },
    setField(field) {
      gl.deleteTexture(colors);
      colors = field && floatTexture(gl, gl.RGBA16F, gl.RGBA, field.width, field.height, field.colors);
      gl.uniform1i(places.multiplied, field && !field.fine ? 1 : 0);
      if (!field?.fine || field.fine.data === fineData) return;
      gl.deleteTexture(fine);
      fine = floatTexture(gl, gl.R16F, gl.RED, field.fine.width, field.fine.height, field.fine.data);
      fineData = field.fine.data;
    },
    draw(frame) {
      gl.viewport(0, 0, canvas.width, canvas.height);
      gl.disable(gl.SCISSOR_TEST);
      gl.clearColor(0, 0, 0, 0);
      gl.clear(gl.COLOR_BUFFER_BIT);
      if (!lightness) return;
      [lightness, colors, fine].forEach((texture, unit) => {
        gl.activeTexture(gl.TEXTURE0 + unit);
        gl.bindTexture(gl.TEXTURE_2D, texture);
      });
      gl.uniform2f(places.picture, frame.width, frame.height);
      gl.uniform1f(places.top, canvas.height);
      gl.uniform1f(places.lod, frame.lod);
      gl.enable(gl.SCISSOR_TEST);
      for (const pane of frame.panes) {
        gl.scissor(pane.left, 0, Math.max(0, pane.right - pane.left), canvas.height);
        gl.uniform3f(places.view, frame.scale, frame.x + pane.shift, frame.y);
        gl.uniform1i(places.colored, pane.colored && colors ? 1 : 0);
        gl.drawArrays(gl.TRIANGLES, 0, 3);
      }
    },
  };
}

/** @param {WebGL2RenderingContext} gl */
function link(gl) {
  const program = gl.createProgram();
  for (const [kind, text] of /** @type {[number, string][]} */ ([[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]])) {
    const shader = gl.createShader(kind);
    if (!shader) return null;
    gl.shaderSource(shader, text);
    gl.compileShader(shader);
    if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS)) console.warn(gl.getShaderInfoLog(shader));
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (gl.getProgramParameter(program, gl.LINK_STATUS)) return program;
  console.warn("WebGL2 shaders do not link; drawing without:", gl.getProgramInfoLog(program));
  return null;
}

/** @param {WebGL2RenderingContext} gl @param {Guide} guide */
function lightnessTexture(gl, guide) {
  const texture = gl.createTexture();
  gl.activeTexture(gl.TEXTURE0);
  gl.bindTexture(gl.TEXTURE_2D, texture);
  guide.levels.forEach(({ width, height, data }, level) => {
    gl.texImage2D(gl.TEXTURE_2D, level, gl.R8, width, height, 0, gl.RED, gl.UNSIGNED_BYTE, data);
  });
  smooth(gl, gl.LINEAR_MIPMAP_NEAREST);
  return texture;
}

/** @param {WebGL2RenderingContext} gl @param {number} kept @param {number} given @param {number} width @param {number} height @param {Float32Array} data */
function floatTexture(gl, kept, given, width, height, data) {
  const texture = gl.createTexture();
  gl.activeTexture(gl.TEXTURE1);
  gl.bindTexture(gl.TEXTURE_2D, texture);
  gl.texImage2D(gl.TEXTURE_2D, 0, kept, width, height, 0, given, gl.FLOAT, data);
  smooth(gl, gl.LINEAR);
  return texture;
}

/** @param {WebGL2RenderingContext} gl @param {number} minified */
function smooth(gl, minified) {
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, minified);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.LINEAR);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
}
