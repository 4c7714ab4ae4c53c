import { Argument, type Command } from "commander";

/** `billpost completion bash`: what the Tab key offers, written from the command's own nouns, verbs and options. */
export const addCompletionCommand = (program: Command): void => {
  program
    .command("completion")
    .description("print what teaches a shell to complete this command with the Tab key")
    .addArgument(new Argument("<shell>", "which shell").choices(["bash"]))
    .addHelpText("after", '\nIn ~/.bashrc: eval "$(billpost completion bash)"')
    .action(() => console.log(bashCompletion(program)));
};

const offersOf = ({ options, registeredArguments }: Command): string =>
  [
    ...registeredArguments.flatMap(({ argChoices = [] }) => argChoices),
    ...options.flatMap(({ long }) => (long ? [long] : [])),
    "--help",
  ].join(" ");

const namesOf = (commands: readonly Command[]): string => commands.map((command) => command.name()).join(" ");

/** A function of bash that looks at the noun, the verb and the place of the word. */
const bashCompletion = (program: Command): string => {
  const cases = program.commands.flatMap((noun) =>
    noun.commands.length === 0
      ? [`    *" ${noun.name()} "*) words="${offersOf(noun)}" ;;`]
      : [
          `    "2 ${noun.name()} "*) words="${namesOf(noun.commands)} --help" ;;`,
          ...noun.commands.map(
            (verb) => `    *" ${noun.name()} ${verb.name()}") words="${offersOf(verb)}" ;;`,
          ),
        ],
  );
  return [
    "_billpost() {",
    '  local current="${COMP_WORDS[COMP_CWORD]}" words=""',
    '  case "$COMP_CWORD ${COMP_WORDS[1]} ${COMP_WORDS[2]}" in',
    `    "1 "*) words="${namesOf(program.commands)} --help --version" ;;`,
    ...cases,
    "  esac",
    '  COMPREPLY=($(compgen -W "$words" -- "$current"))',
    "}",
    "complete -o default -F _billpost billpost",
  ].join("\n");
};
