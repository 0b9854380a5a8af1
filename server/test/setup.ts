/** Tests use the real engine, and two cores may have other work. */
jest.setTimeout(180_000);
