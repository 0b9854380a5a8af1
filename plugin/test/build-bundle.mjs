// Builds dist once before all tests, because the package and bundle tests look at what is shipped.
import webpack from 'webpack';
import config from '../webpack.config.js';

export default async function buildBundle() {
  const stats = await new Promise((resolve, reject) => {
    webpack({ ...config, mode: 'production' }, (error, result) =>
      error ? reject(error) : resolve(result),
    );
  });
  if (stats.hasErrors()) {
    throw new Error(stats.toString({ all: false, errors: true }));
  }
}
