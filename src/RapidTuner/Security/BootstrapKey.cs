using RapidTuner.Core.Errors;

namespace RapidTuner.Security;

/// <summary>The first key of a container, from a file that its orchestrator mounts.</summary>
internal static class BootstrapKey
{
    /// <summary>The variable that names the file.</summary>
    public const string Variable = "RAPIDTUNER_BOOTSTRAP_KEY_FILE";

    /// <summary>Fewest characters: 32 of base64 are 192 bits.</summary>
    private const int CharsMin = 32;

    /// <summary>The key in the file that <see cref="Variable"/> names; null when it names none.</summary>
    public static string? Read(string? path, Problems found)
    {
        if (string.IsNullOrEmpty(path))
        {
            return null;
        }

        try
        {
            if (new FileInfo(path).Length > KeyText.CharsMax * 4)
            {
                found.Add($"{Variable}={path}", "is too large for a key", "name a file with the key alone");
                return null;
            }

            var text = File.ReadAllText(path).Trim();
            if (text.Length is >= CharsMin and <= KeyText.CharsMax && text.All(c => c is > ' ' and <= '~'))
            {
                return text;
            }

            found.Add($"{Variable}={path}", "does not hold a key", $"put {CharsMin} to {KeyText.CharsMax} random characters of ASCII there, such as the output of `openssl rand -base64 33`");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            found.Add($"{Variable}={path}", unreadable.Message, "name a file that can be read, or unset the variable");
        }

        return null;
    }
}
