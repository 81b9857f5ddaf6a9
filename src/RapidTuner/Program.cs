using RapidTuner;

// The one place that names the system clock and the real console.
#pragma warning disable RS0030 // The clock enters here and is passed on.
return await CommandTree.RunAsync(args, new Terminal(Console.Out, Console.Error, TimeProvider.System, !Console.IsErrorRedirected));
#pragma warning restore RS0030
