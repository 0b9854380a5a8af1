/** Packages of Grafana's tree that are published as ES modules only. */
const esModules = [
  '@marcbachmann/cel-js',
  '@react-awesome-query-builder',
  '@wojtekmaj/date-utils',
  'd3-color',
  'd3-interpolate',
  'd3-scale-chromatic',
  'get-user-locale',
  'marked',
  'memoize',
  'mimic-function',
  'react-calendar',
  'uuid',
];

export default {
  testEnvironment: 'jsdom',
  roots: ['<rootDir>/src', '<rootDir>/test'],
  globalSetup: '<rootDir>/test/build-bundle.mjs',
  setupFiles: ['<rootDir>/test/browser-stubs.ts'],
  setupFilesAfterEnv: ['@testing-library/jest-dom'],
  moduleNameMapper: {
    '^react-inlinesvg$': '<rootDir>/test/inline-svg-stub.tsx',
    '\\.css$': '<rootDir>/test/style-stub.ts',
  },
  transform: {
    '^.+\\.(tsx?|m?jsx?)$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', tsx: true },
          target: 'es2022',
          transform: { react: { runtime: 'classic' } },
        },
      },
    ],
  },
  transformIgnorePatterns: [`node_modules/(?!(.*/)?(${esModules.join('|')})/)`],
};
