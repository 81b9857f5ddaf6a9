namespace RapidTuner.Engine.Text;

/// <summary>One message of a conversation.</summary>
/// <param name="Role">"system", "user" or "assistant".</param>
/// <param name="Content">Its text.</param>
public readonly record struct ChatMessage(string Role, string Content);
