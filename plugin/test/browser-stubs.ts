// What a browser has and jsdom lacks, as far as Grafana's components touch it on import or render.
import { TextDecoder, TextEncoder } from 'node:util';

class NoObserver {
  observe() {}
  unobserve() {}
  disconnect() {}
  takeRecords() {
    return [];
  }
}

Object.assign(globalThis, {
  TextEncoder,
  TextDecoder,
  ResizeObserver: NoObserver,
  IntersectionObserver: NoObserver,
  matchMedia: () => ({
    matches: false,
    addEventListener() {},
    removeEventListener() {},
    addListener() {},
    removeListener() {},
  }),
});

Object.assign(HTMLCanvasElement.prototype, {
  getContext: () => ({ measureText: (text: string) => ({ width: text.length * 8 }) }),
});
