namespace RapidTuner.Security;

/// <summary>A key as it is kept: never its text.</summary>
/// <param name="Id">Names it for `keys revoke`; not secret.</param>
/// <param name="Name">What its owner calls it.</param>
/// <param name="Scope">What it is for.</param>
/// <param name="Sha256">SHA-256 of its text, hexadecimal. A key has 256 random bits, so a slow hash would add nothing.</param>
/// <param name="CreatedS">When it was made, Unix seconds.</param>
internal sealed record ApiKey(string Id, string Name, KeyScope Scope, string Sha256, long CreatedS);
