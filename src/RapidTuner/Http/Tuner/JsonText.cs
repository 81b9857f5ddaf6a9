using System.Text.Json;

namespace RapidTuner.Http.Tuner;

/// <summary>Documents that the store keeps as text.</summary>
internal static class JsonText
{
    /// <summary>The document; null when the text is empty or is none.</summary>
    public static JsonElement? Parse(string text)
    {
        try
        {
            return text.Length == 0 ? null : JsonElement.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
