import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import CopyPlugin from 'copy-webpack-plugin';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const { version } = JSON.parse(readFileSync(at('package.json'), 'utf8'));
const { id } = JSON.parse(readFileSync(at('src/plugin.json'), 'utf8'));
const dashboards = at('../dashboards/json');

const stamp = (content) =>
  content
    .toString()
    .replaceAll('%VERSION%', version)
    .replaceAll('%TODAY%', new Date().toISOString().slice(0, 10));

/** What Grafana shares with every plugin in all versions from 11.6 on; anything else is bundled. */
const externals = [
  '@emotion/css',
  '@grafana/data',
  '@grafana/runtime',
  '@grafana/ui',
  'lodash',
  'react',
  'react-dom',
  'rxjs',
  'rxjs/operators',
];

export default {
  context: at('src'),
  entry: { module: './module.ts' },
  target: ['web', 'es2021'],
  devtool: 'source-map',
  resolve: { extensions: ['.ts', '.tsx', '.js'] },
  externalsType: 'amd',
  externals,
  output: {
    path: at('dist'),
    filename: '[name].js',
    library: { type: 'amd' },
    uniqueName: id,
    publicPath: `public/plugins/${id}/`,
    // The bridge's executables are built into the same folder by another step.
    clean: { keep: /^gpx_/ },
  },
  module: {
    rules: [
      {
        test: /\.tsx?$/,
        exclude: /node_modules/,
        use: {
          loader: 'swc-loader',
          options: {
            jsc: {
              parser: { syntax: 'typescript', tsx: true },
              target: 'es2021',
              // Grafana before 12.3 does not share react/jsx-runtime.
              transform: { react: { runtime: 'classic' } },
            },
          },
        },
      },
    ],
  },
  plugins: [
    new CopyPlugin({
      patterns: [
        { from: 'plugin.json', transform: stamp },
        { from: 'img', to: 'img' },
        { from: '../README.md' },
        { from: '../CHANGELOG.md' },
        { from: '../../LICENSE', to: 'LICENSE', toType: 'file' },
        ...(existsSync(dashboards)
          ? [{ from: '*.json', context: dashboards, to: 'dashboards' }]
          : []),
      ],
    }),
  ],
};
