using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace RapidTuner.Security;

/// <summary>The secret text of keys and sessions.</summary>
internal static class KeyText
{
    /// <summary>What every key that is made here starts with, so that scanners of leaked secrets can know it.</summary>
    public const string Mark = "rt_";

    /// <summary>Longest text that is looked at as a key, characters.</summary>
    public const int CharsMax = 256;

    private const int SecretBytes = 32;

    /// <summary>A new text of 256 random bits.</summary>
    public static string New() => Mark + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));

    public static byte[] HashOf(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
