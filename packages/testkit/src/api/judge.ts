import type { Answer, Call } from "./call.ts";
import type { Contract } from "./contract.ts";
import { validatorOf, type Validator } from "./validate.ts";

/** What an operation does. */
export type Handler = (call: Call) => Answer | Promise<Answer>;

/** What calls go through: handlers, and what is asked before them. */
export interface Behaviour {
  readonly contract: Contract;
  /** By operation. One that is missing is answered 501. */
  readonly handlers: Readonly<Record<string, Handler>>;
  /** Asked before every handler; its answer is given instead. For authorization. */
  readonly before?: (call: Call) => Answer | undefined;
}

/** Holds requests and what handlers answer against the contract, and writes down what does not match. */
export class Judge {
  readonly violations: string[] = [];
  readonly #behaviour: Behaviour;
  readonly #validator: Validator;

  constructor(behaviour: Behaviour) {
    this.#behaviour = behaviour;
    this.#validator = validatorOf(behaviour.contract);
    for (const operation of Object.keys(behaviour.handlers)) this.mustKnow(operation);
  }

  /** Refuses a request that is not as the contract says. */
  refuse({ operation, query, body }: Call): Answer | null {
    const problem = this.#validator.query(operation, query) ?? this.#validator.request(operation, body);
    return problem === null ? null : this.violation(400, operation, `request: ${problem}`);
  }

  /** The handler's answer, when it is one the contract knows. */
  async handle(call: Call): Promise<Answer> {
    const { before, handlers } = this.#behaviour;
    try {
      const answer = before?.(call) ?? (await handlers[call.operation]?.(call));
      if (answer === undefined) return this.violation(501, call.operation, "the fake has no handler");
      const problem = this.#validator.response(call.operation, answer.status, answer.body);
      return problem === null ? answer : this.violation(500, call.operation, `answer: ${problem}`);
    } catch (error) {
      return this.violation(500, call.operation, `handler: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** Notes a violation; the answer says the same. */
  violation(status: 400 | 500 | 501, operation: string, problem: string): Answer {
    const message = `${operation}: ${problem}`;
    this.violations.push(message);
    return { status, body: { id: status === 400 ? "bad_request" : "fake_failure", message } };
  }

  /** @throws Error for an operation that the contract does not have: a mistake of the test */
  mustKnow(operation: string): void {
    if (this.#behaviour.contract.operations[operation] === undefined) throw new Error(`${operation} is not in the contract.`);
  }
}
