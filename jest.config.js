module.exports = {
  projects: ['<rootDir>/server', '<rootDir>/plugin', '<rootDir>/dashboards'],
};
