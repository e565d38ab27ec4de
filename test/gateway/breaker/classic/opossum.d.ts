/** What the test uses of opossum 10, which brings no types. */
declare module 'opossum' {
  export default class CircuitBreaker<Argument> {
    constructor(
      action: (argument: Argument) => Promise<unknown>,
      options: {
        readonly timeout: number | false;
        readonly errorThresholdPercentage: number;
        readonly volumeThreshold: number;
        readonly resetTimeout: number;
        readonly rollingCountTimeout: number;
      },
    );
    fire(argument: Argument): Promise<unknown>;
    shutdown(): void;
  }
}
