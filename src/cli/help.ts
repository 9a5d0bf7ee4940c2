import { Command } from 'commander';
import { UserError } from '../user-error.js';

const example = `
Example:
  $ prep-lab help run`;

/** Returns the command that prints the help of another one; commander's own answers a slip with the whole help. */
export function createHelpCommand(): Command {
  return new Command('help')
    .summary('print the help of a command')
    .description('Print the help of a command, or of all.')
    .argument('[command]', 'which command')
    .addHelpText('after', example)
    .action(async (name: string | undefined, _flags: unknown, { parent }: Command) => {
      const commands = parent?.commands ?? [];
      if (name === undefined) return parent?.help();
      const command = commands.find((each) => each.name() === name);
      if (command) return command.help();
      const { findNearest } = await import('../text/nearest.js');
      const { quote } = await import('../text/quote.js');
      const names = commands.map((each) => each.name());
      const near = findNearest(name, names);
      throw new UserError(`There is no command ${quote(name)}.`, {
        hint: near ? `did you mean ${near}?` : 'add --help to see what there is.',
      });
    });
}
