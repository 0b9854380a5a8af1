/** Tests use the real engine, and two cores may have other work. */
jest.setTimeout(60_000);
