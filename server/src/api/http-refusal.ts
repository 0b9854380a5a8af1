/** What HTTP itself refuses, beside the program's own kinds of failure. */
export class HttpRefusal extends Error {
  readonly status: 404 | 415;

  constructor(status: HttpRefusal['status'], sentence: string) {
    super(sentence);
    this.name = 'HttpRefusal';
    this.status = status;
  }
}
