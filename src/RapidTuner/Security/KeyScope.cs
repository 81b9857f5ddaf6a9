namespace RapidTuner.Security;

/// <summary>What a key is for. A greater scope holds the smaller.</summary>
internal enum KeyScope
{
    /// <summary>Reads state and metrics and asks for completions.</summary>
    Read,

    /// <summary>Changes things too: split, models, jobs.</summary>
    Admin,
}
